package org.lipkit.data;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The distortions that RandAugment draws from (Cubuk et al. 2020, "RandAugment: Practical automated
 * data augmentation with a reduced search space"). Pictures are channel first with values in [0,
 * 1], and so is what a distortion makes of them. A strength of 0 changes nothing, except that
 * {@link #AUTO_CONTRAST} and {@link #EQUALIZE} have no strength; 1 is the strongest.
 */
public enum Distortion {
  /** Nothing. */
  IDENTITY {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      return picture;
    }
  },

  /** Stretches the values of each channel to the whole of [0, 1]. */
  AUTO_CONTRAST {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      return byChannel(
          picture,
          shape,
          (from, to) -> {
            float low = 1;
            float high = 0;
            for (int i = from; i < to; i++) {
              low = Math.min(low, picture[i]);
              high = Math.max(high, picture[i]);
            }
            float darkest = low;
            float range = high - low;
            return i -> range == 0 ? picture[i] : (picture[i] - darkest) / range;
          });
    }
  },

  /** Makes all 256 levels of each channel about as frequent. */
  EQUALIZE {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      return byChannel(picture, shape, (from, to) -> equalized(picture, from, to));
    }
  },

  /** Turns by up to 30 degrees around the centre. */
  ROTATE {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      double angle = strength * Math.PI / 6;
      double cosine = Math.cos(angle);
      double sine = Math.sin(angle);
      return affine(picture, shape, new double[] {cosine, -sine, 0, sine, cosine, 0});
    }
  },

  /** Inverts values above 1 - |strength|. */
  SOLARIZE {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      double threshold = 1 - Math.abs(strength);
      return each(picture, i -> picture[i] > threshold ? 1 - picture[i] : picture[i]);
    }
  },

  /** Takes away colour, or adds as much. */
  COLOR {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      float[] grey = grey(picture, shape);
      return blended(picture, i -> grey[i % grey.length], strength);
    }
  },

  /** Keeps the 8 to 4 leading bits of 8. */
  POSTERIZE {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      int lost = 1 << Math.round((float) (4 * Math.abs(strength)));
      return each(
          picture,
          i -> lost == 1 ? picture[i] : Math.round(picture[i] * 255) / lost * lost / 255.0);
    }
  },

  /** Brings values closer to the mean, or farther from it. */
  CONTRAST {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      float[] grey = grey(picture, shape);
      double sum = 0;
      for (float value : grey) {
        sum += value;
      }
      double mean = sum / grey.length;
      return blended(picture, i -> mean, strength);
    }
  },

  /** Makes darker or brighter. */
  BRIGHTNESS {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      return blended(picture, i -> 0, strength);
    }
  },

  /** Blurs, or does the opposite; the outermost pixels stay. */
  SHARPNESS {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      return blended(picture, i -> smooth(picture, shape, i), strength);
    }
  },

  /** Moves rows against each other, by up to 0.3 pixels per row. */
  SHEAR_X {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      return affine(picture, shape, new double[] {1, 0.3 * strength, 0, 0, 1, 0});
    }
  },

  /** Moves columns against each other, by up to 0.3 pixels per column. */
  SHEAR_Y {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      return affine(picture, shape, new double[] {1, 0, 0, 0.3 * strength, 1, 0});
    }
  },

  /** Moves left or right, by up to 0.45 of the width. */
  TRANSLATE_X {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      double by = 0.45 * strength * shape.width();
      return affine(picture, shape, new double[] {1, 0, by, 0, 1, 0});
    }
  },

  /** Moves up or down, by up to 0.45 of the height. */
  TRANSLATE_Y {
    @Override
    float[] of(float[] picture, ImageShape shape, double strength) {
      double by = 0.45 * strength * shape.height();
      return affine(picture, shape, new double[] {1, 0, 0, 0, 1, by});
    }
  };

  private static final double STRONGEST_BLEND = 0.9;
  private static final double[] LUMINANCE = {0.299, 0.587, 0.114};

  /** Gives the new values of a channel, which lies from one index to another. */
  private interface Channel {
    IntToDoubleFunction values(int from, int to);
  }

  /**
   * The distorted picture.
   *
   * @param picture its values, channel by channel; not changed
   * @param shape its size
   * @param strength in [-1, 1]; the sign tells apart what goes two ways
   * @return the values, perhaps the same array
   */
  abstract float[] of(float[] picture, ImageShape shape, double strength);

  private static float[] each(float[] picture, IntToDoubleFunction value) {
    float[] result = new float[picture.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) Math.max(0, Math.min(1, value.applyAsDouble(i)));
    }
    return result;
  }

  private static float[] byChannel(float[] picture, ImageShape shape, Channel channel) {
    int size = shape.height() * shape.width();
    IntToDoubleFunction[] values = new IntToDoubleFunction[shape.channels()];
    Arrays.setAll(values, c -> channel.values(c * size, (c + 1) * size));
    return each(picture, i -> values[i / size].applyAsDouble(i));
  }

  /** {@code base + (1 + 0.9 strength) (picture - base)}. */
  private static float[] blended(float[] picture, IntToDoubleFunction base, double strength) {
    double factor = 1 + STRONGEST_BLEND * strength;
    return each(
        picture,
        i -> {
          double from = base.applyAsDouble(i);
          return factor == 1 ? picture[i] : from + factor * (picture[i] - from);
        });
  }

  private static float[] grey(float[] picture, ImageShape shape) {
    int size = shape.height() * shape.width();
    float[] grey = new float[size];
    for (int c = 0; c < shape.channels(); c++) {
      double share = shape.channels() == 3 ? LUMINANCE[c] : 1.0 / shape.channels();
      for (int i = 0; i < size; i++) {
        grey[i] += (float) (share * picture[c * size + i]);
      }
    }
    return grey;
  }

  private static double smooth(float[] picture, ImageShape shape, int index) {
    int width = shape.width();
    int row = index / width % shape.height();
    int column = index % width;
    if (row == 0 || column == 0 || row == shape.height() - 1 || column == width - 1) {
      return picture[index];
    }
    double sum = 4 * picture[index];
    for (int down = -1; down <= 1; down++) {
      for (int right = -1; right <= 1; right++) {
        sum += picture[index + down * width + right];
      }
    }
    return sum / 13;
  }

  /** The cumulative histogram, without its first level, in steps of its average bin. */
  private static IntToDoubleFunction equalized(float[] picture, int from, int to) {
    int[] histogram = new int[256];
    for (int i = from; i < to; i++) {
      histogram[level(picture[i])]++;
    }
    int last = 255;
    while (histogram[last] == 0) {
      last--;
    }
    int step = (to - from - histogram[last]) / 255;
    if (step == 0) {
      return i -> picture[i];
    }
    double[] equal = new double[256];
    int below = step / 2;
    for (int v = 0; v < 256; v++) {
      equal[v] = below / step / 255.0;
      below += histogram[v];
    }
    return i -> equal[level(picture[i])];
  }

  private static int level(float value) {
    return Math.round(value * 255);
  }

  /**
   * Each pixel, seen from the centre, from where a matrix leads; black outside.
   *
   * @param m the matrix's two rows: (x, y, 1) to x, then to y
   */
  private static float[] affine(float[] picture, ImageShape shape, double[] m) {
    int width = shape.width();
    int height = shape.height();
    double middleX = (width - 1) / 2.0;
    double middleY = (height - 1) / 2.0;
    return each(
        picture,
        i -> {
          double x = i % width - middleX;
          double y = i / width % height - middleY;
          double fromX = m[0] * x + m[1] * y + m[2] + middleX;
          double fromY = m[3] * x + m[4] * y + m[5] + middleY;
          return between(picture, shape, i / (width * height), fromX, fromY);
        });
  }

  /** The value between four pixels. */
  private static double between(
      float[] picture, ImageShape shape, int channel, double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    double sum = 0;
    for (int corner = 0; corner < 4; corner++) {
      int column = left + corner % 2;
      int row = top + corner / 2;
      double share = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
      if (row >= 0 && row < shape.height() && column >= 0 && column < shape.width()) {
        sum += share * picture[(channel * shape.height() + row) * shape.width() + column];
      }
    }
    return sum;
  }

  /**
   * A batch whose pictures have been distorted at random, all of them independently.
   *
   * @param batch the pictures
   * @param operations how many distortions each gets, one after the other
   * @param strength how strong they are, in [0, 1]
   * @param seed of the random numbers
   * @return as many pictures with their labels
   */
  public static Batch distort(Batch batch, int operations, double strength, long seed) {
    ImageShape shape = new ImageShape(batch.channels(), batch.height(), batch.width());
    float[][] pictures = batch.images();
    IntStream.range(0, pictures.length)
        .parallel()
        .forEach(
            n -> {
              RandomGenerator random = Counter.random(seed, n);
              for (int operation = 0; operation < operations; operation++) {
                Distortion drawn = values()[random.nextInt(values().length)];
                double signed = random.nextBoolean() ? strength : -strength;
                pictures[n] = drawn.of(pictures[n], shape, signed);
              }
            });
    return batch.withImages(pictures);
  }
}
