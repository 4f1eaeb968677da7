package org.lipkit.draw;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Reduces a picture to 256 colours, so that its PNG has one byte per pixel instead of three and a
 * notebook stays small. The colours are found by median cut: the box of colours that extends
 * farthest along one of red, green and blue is split there at the median, until there are 256
 * boxes. A box's colour is the one that most of its pixels have, so that ink and paper stay as they
 * are, or else, as in photographs, the mean of its pixels.
 */
final class Palette {

  private static final int MOST = 256;

  private Palette() {}

  /** A colour and the number of its pixels. */
  private record Count(int rgb, int pixels) {

    int level(int channel) {
      return rgb >> 16 - 8 * channel & 0xff;
    }
  }

  /** Colours that become one, and the channel along which they differ most. */
  private record Box(List<Count> colours, int channel, int extent) {

    static Box of(List<Count> colours) {
      int widest = 0;
      int extent = -1;
      for (int channel = 0; channel < 3; channel++) {
        int along = channel;
        var levels = colours.stream().mapToInt(colour -> colour.level(along)).summaryStatistics();
        if (levels.getMax() - levels.getMin() > extent) {
          widest = channel;
          extent = levels.getMax() - levels.getMin();
        }
      }
      return new Box(colours, widest, extent);
    }

    List<Box> halves() {
      List<Count> sorted = new ArrayList<>(colours);
      sorted.sort(Comparator.comparingInt(colour -> colour.level(channel)));
      int middle = sorted.size() / 2;
      return List.of(of(sorted.subList(0, middle)), of(sorted.subList(middle, sorted.size())));
    }

    int rgb() {
      long all = colours.stream().mapToLong(Count::pixels).sum();
      Count most = colours.stream().max(Comparator.comparingInt(Count::pixels)).orElseThrow();
      return 2L * most.pixels() >= all
          ? most.rgb()
          : mean(0, all) << 16 | mean(1, all) << 8 | mean(2, all);
    }

    private int mean(int channel, long all) {
      long sum = colours.stream().mapToLong(c -> (long) c.pixels() * c.level(channel)).sum();
      return (int) Math.round(sum / (double) all);
    }
  }

  /** {@return the same picture with at most 256 colours, its own if it has no more} */
  static BufferedImage reduced(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int rgb : pixels) {
      counts.merge(rgb, 1, Integer::sum);
    }
    List<Box> boxes = boxes(counts);
    int[] colours = new int[boxes.size()];
    Map<Integer, Integer> places = new HashMap<>();
    for (int place = 0; place < colours.length; place++) {
      colours[place] = boxes.get(place).rgb();
      for (Count colour : boxes.get(place).colours()) {
        places.put(colour.rgb(), place);
      }
    }
    IndexColorModel model =
        new IndexColorModel(8, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
    BufferedImage reduced = new ShownPicture(width, height, model);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        row[x] = places.get(pixels[y * width + x]);
      }
      reduced.getRaster().setPixels(0, y, width, 1, row);
    }
    return reduced;
  }

  private static List<Box> boxes(Map<Integer, Integer> counts) {
    List<Count> all = new ArrayList<>();
    counts.forEach((rgb, pixels) -> all.add(new Count(rgb, pixels)));
    PriorityQueue<Box> boxes = new PriorityQueue<>(Comparator.comparingInt(Box::extent).reversed());
    boxes.add(Box.of(all));
    while (boxes.size() < MOST && boxes.peek().extent() > 0) {
      boxes.addAll(boxes.remove().halves());
    }
    return List.copyOf(boxes);
  }
}
