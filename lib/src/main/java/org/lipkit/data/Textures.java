package org.lipkit.data;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A textured colour shape before a blurred background. The class fixes shape, texture and hue (ten
 * of each, so 1000 classes); place, size, turn, light, hue within bounds and background vary.
 */
final class Textures {

  /** Most classes there can be. */
  static final int MOST_CLASSES = 1000;

  private static final int KINDS = 10;
  private static final String[] SHAPES =
      words("disc square triangle ring star cross hexagon crescent flower diamond");
  private static final String[] TEXTURES =
      words("plain banded striped slanted chequered dotted ringed rayed zigzag gridded");
  private static final String[] HUES =
      words("red orange yellow lime green teal azure blue violet pink");
  private static final int[] DEGREES = {0, 28, 54, 85, 130, 170, 200, 230, 270, 320};
  private static final int HUE_JITTER = 9;

  private Textures() {}

  private static String[] words(String text) {
    return text.split(" ");
  }

  /** "red striped disc" and so on. */
  static List<String> classNames(int classes) {
    List<String> names = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      names.add(HUES[hue(label)] + " " + TEXTURES[texture(label)] + " " + SHAPES[shape(label)]);
    }
    return names;
  }

  // Ten classes already differ in all three; no two of a thousand agree in all three.

  private static int shape(int label) {
    return label % KINDS;
  }

  private static int texture(int label) {
    return (3 * shape(label) + label / KINDS) % KINDS;
  }

  private static int hue(int label) {
    return (7 * shape(label) + label / KINDS + label / (KINDS * KINDS)) % KINDS;
  }

  /** Draws a square image of a class; all that varies comes from {@code random}. */
  static void draw(int side, int label, RandomGenerator random, float[] into, int offset) {
    int shape = shape(label);
    int texture = texture(label);
    float[][] paper = {muted(random), muted(random)};
    float[][] paint = paints(DEGREES[hue(label)], random);
    double radius = random.nextDouble(0.26, 0.4);
    double centreX = 0.5 + random.nextDouble(-0.5, 0.5) * (0.9 - 2 * radius);
    double centreY = 0.5 + random.nextDouble(-0.5, 0.5) * (0.9 - 2 * radius);
    double turn = random.nextDouble(-0.4, 0.4);
    double frequency = random.nextDouble(1.5, 2.1);
    double phase = random.nextDouble();
    double light = random.nextDouble(2 * Math.PI);
    double[] wave = random.doubles(4, -4, 4).toArray();
    double pixel = 1 / (side * radius);
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        double x = (column + 0.5) / side;
        double y = (row + 0.5) / side;
        double right = (x - centreX) / radius;
        double down = (y - centreY) / radius;
        double u = right * Math.cos(turn) + down * Math.sin(turn);
        double v = down * Math.cos(turn) - right * Math.sin(turn);
        double covered = unit(0.5 - distance(shape, u, v) / pixel);
        double painted = pattern(texture, u * frequency, v * frequency, phase);
        double behind =
            0.5
                + 0.25
                    * (Math.sin(wave[0] * x + wave[1] * y + 6 * phase)
                        + Math.sin(wave[2] * x - wave[3] * y));
        double shine = 0.9 + 0.18 * (right * Math.cos(light) + down * Math.sin(light));
        for (int c = 0; c < 3; c++) {
          double front = shine * mix(paint[0][c], paint[1][c], painted);
          double back = mix(paper[0][c], paper[1][c], behind);
          double value = mix(back, front, covered) + random.nextDouble(-0.04, 0.04);
          into[offset + (c * side + row) * side + column] = (float) unit(value);
        }
      }
    }
  }

  private static float[] muted(RandomGenerator random) {
    return colour(random.nextFloat(), 0.1f + 0.3f * random.nextFloat(), random.nextFloat(.2f, .8f));
  }

  /** The class's hue, and the same lighter or darker. */
  private static float[][] paints(int degrees, RandomGenerator random) {
    float hue = (degrees + random.nextInt(-HUE_JITTER, HUE_JITTER + 1) + 360) / 360f;
    float[] full = colour(hue, random.nextFloat(0.75f, 1f), random.nextFloat(0.75f, 1f));
    float[] other =
        random.nextBoolean()
            ? colour(hue, random.nextFloat(0.05f, 0.25f), 1f)
            : colour(hue, 0.9f, random.nextFloat(0.15f, 0.35f));
    return new float[][] {full, other};
  }

  private static float[] colour(float hue, float saturation, float brightness) {
    return new Color(Color.HSBtoRGB(hue, saturation, brightness)).getRGBColorComponents(null);
  }

  /** Roughly the distance to the shape's edge, negative inside; the shape's radius is 1. */
  private static double distance(int shape, double u, double v) {
    double r = Math.hypot(u, v);
    double across = Math.abs(u);
    double along = Math.abs(v);
    return switch (shape) {
      case 0 -> r - 0.9;
      case 1 -> Math.max(across, along) - 0.8;
      case 2 -> Math.max(0.866 * across - 0.5 * v, v) - 0.5 + 0.15 * v;
      case 3 -> Math.abs(r - 0.7) - 0.26;
      case 4 -> star(u, v);
      case 5 -> Math.min(Math.max(across - 1, along - 0.34), Math.max(across - 0.34, along - 1));
      case 6 -> Math.max(along, 0.866 * across + 0.5 * along) - 0.85;
      case 7 -> Math.max(r - 0.95, 0.72 - Math.hypot(u - 0.5, v));
      case 8 -> 0.7 * (r - 0.72 - 0.25 * Math.cos(5 * Math.atan2(v, u)));
      default -> 0.8 * (across / 0.62 + along - 1);
    };
  }

  /** Five points; one tenth of the star is folded out to the whole. */
  private static double star(double u, double v) {
    double sector = 2 * Math.PI / 5;
    double angle = Math.atan2(u, -v);
    double folded = Math.abs(angle - sector * Math.round(angle / sector));
    double r = Math.hypot(u, v);
    double innerX = 0.45 * Math.cos(sector / 2);
    double innerY = 0.45 * Math.sin(sector / 2);
    double length = Math.hypot(1 - innerX, innerY);
    return ((r * Math.cos(folded) - 1) * innerY + r * Math.sin(folded) * (1 - innerX)) / length;
  }

  /** How much of the second colour shows, 0 to 1. */
  private static double pattern(int texture, double u, double v, double phase) {
    return switch (texture) {
      case 0 -> 0;
      case 1 -> wave(v + phase);
      case 2 -> wave(u + phase);
      case 3 -> wave(0.75 * (u + v) + phase);
      case 4 -> unit(0.5 + 4 * Math.sin(Math.PI * (u + phase)) * Math.sin(Math.PI * v));
      case 5 -> unit(3 * (Math.cos(2 * Math.PI * (u + phase)) + Math.cos(2 * Math.PI * v)) - 1.6);
      case 6 -> wave(Math.hypot(u, v) + phase);
      case 7 -> wave(Math.atan2(v, u) * 4 / Math.PI + phase);
      case 8 -> wave(v + Math.abs(2 * (u + phase - Math.floor(u + phase)) - 1) + phase);
      default -> Math.max(line(u + phase), line(v));
    };
  }

  private static double wave(double turns) {
    return unit(0.5 + 2 * Math.sin(2 * Math.PI * turns));
  }

  private static double line(double turns) {
    return unit(8 * (Math.cos(2 * Math.PI * turns) - 0.7));
  }

  private static double mix(double from, double to, double share) {
    return from + (to - from) * share;
  }

  private static double unit(double value) {
    return Math.min(1, Math.max(0, value));
  }
}
