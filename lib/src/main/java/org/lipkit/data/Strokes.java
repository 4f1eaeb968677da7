package org.lipkit.data;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.random.RandomGenerator;

/** Digits of 28 x 28 pixels, drawn with a shaky round pen, white on black. */
final class Strokes {

  static final int SIDE = 28;

  /**
   * Pen movements for each digit in the unit square, y downwards: M moves, L draws a line, C a
   * curve with two control points.
   */
  private static final List<String[]> DIGITS =
      List.of(
          moves("M .5 .04 C .12 .04 .08 .96 .5 .96 C .92 .96 .88 .04 .5 .04"),
          moves("M .3 .24 L .55 .04 L .55 .96"),
          moves("M .18 .28 C .2 -.05 .85 -.04 .8 .32 C .77 .55 .35 .7 .17 .95 L .86 .95"),
          moves(
              "M .2 .12 C .5 -.06 .85 .1 .78 .3 C .74 .44 .55 .47 .42 .47"
                  + " C .7 .47 .92 .6 .84 .78 C .75 1.04 .33 1 .16 .85"),
          moves("M .6 .04 L .12 .66 L .9 .66 M .68 .36 L .66 .97"),
          moves("M .8 .05 L .28 .05 L .23 .45 C .5 .32 .9 .4 .85 .68 C .8 1.03 .35 1.03 .16 .86"),
          moves(
              "M .7 .04 C .35 .14 .13 .5 .19 .73 C .26 1.04 .84 1.03 .83 .7 C .8 .41 .3 .42 .2 .7"),
          moves("M .16 .06 L .85 .06 C .62 .35 .48 .6 .42 .97"),
          moves(
              "M .5 .46 C .08 .34 .14 .03 .5 .03 C .86 .03 .92 .34 .5 .46"
                  + " C .02 .6 .08 .97 .5 .97 C .92 .97 .98 .6 .5 .46"),
          moves(
              "M .8 .32 C .75 .6 .19 .6 .19 .3 C .19 -.05 .81 -.05 .8 .32 C .8 .6 .7 .8 .56 .97"));

  private Strokes() {}

  private static String[] moves(String path) {
    return path.split(" ");
  }

  /** Draws a digit; all that varies comes from {@code random}. */
  static void draw(int label, RandomGenerator random, float[] into, int offset) {
    BufferedImage canvas = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = canvas.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    pen.setColor(Color.WHITE);
    float thickness = (float) random.nextDouble(1.6, 3.3);
    pen.setStroke(new BasicStroke(thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    pen.draw(placement(random).createTransformedShape(shaky(DIGITS.get(label), random)));
    pen.dispose();
    for (int i = 0; i < SIDE * SIDE; i++) {
      into[offset + i] = (canvas.getRGB(i % SIDE, i / SIDE) & 0xff) / 255f;
    }
  }

  /** From the unit square to pixels: size, slant, turn and place vary. */
  private static AffineTransform placement(RandomGenerator random) {
    AffineTransform placement = new AffineTransform();
    placement.translate(
        SIDE / 2.0 + random.nextDouble(-1.8, 1.8), SIDE / 2.0 + random.nextDouble(-1.8, 1.8));
    placement.rotate(random.nextDouble(-0.28, 0.28));
    placement.shear(random.nextDouble(-0.3, 0.2), 0);
    placement.scale(random.nextDouble(11, 16), random.nextDouble(16.5, 20.5));
    placement.translate(-0.5, -0.5);
    return placement;
  }

  private static Path2D shaky(String[] moves, RandomGenerator random) {
    Path2D path = new Path2D.Double();
    double[] to = new double[6];
    int at = 0;
    while (at < moves.length) {
      String kind = moves[at++];
      int numbers = kind.equals("C") ? 6 : 2;
      for (int i = 0; i < numbers; i++) {
        to[i] = Double.parseDouble(moves[at++]) + 0.036 * random.nextGaussian();
      }
      switch (kind) {
        case "M" -> path.moveTo(to[0], to[1]);
        case "L" -> path.lineTo(to[0], to[1]);
        default -> path.curveTo(to[0], to[1], to[2], to[3], to[4], to[5]);
      }
    }
    return path;
  }
}
