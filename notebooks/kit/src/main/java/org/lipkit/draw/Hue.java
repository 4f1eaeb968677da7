package org.lipkit.draw;

import java.awt.Color;
import java.util.List;
import java.util.stream.Stream;

/**
 * The colours of curves, bars and points. The first six are Okabe and Ito's, told apart with any
 * kind of colour vision. Whoever draws things that come back in other pictures gives them the same
 * colour there: what is proved is green everywhere.
 */
public enum Hue {
  /** The first of things without a colour of their own. */
  BLUE(0x0072B2),
  /** What is claimed, estimated or broken. */
  VERMILION(0xD55E00),
  /** What is proved. */
  GREEN(0x009E73),
  /** Free. */
  PINK(0xCC79A7),
  /** Free. */
  YELLOW(0xE69F00),
  /** Free. */
  SKY(0x56B4E9),
  /** Free. */
  BROWN(0x8C510A),
  /** What others are compared with. */
  GREY(0x777777),
  /** Free. */
  PURPLE(0x6A3D9A),
  /** Free. */
  OLIVE(0x7A7A00),
  /** Free. */
  NAVY(0x1B2A6B),
  /** Free. */
  TAN(0xC8A878),
  /** Free. */
  CRIMSON(0xA50F2E);

  /** Those that say nothing about what is drawn. */
  static final List<Hue> FREE =
      Stream.of(values()).filter(hue -> hue != VERMILION && hue != GREEN).toList();

  private final Color colour;

  Hue(int rgb) {
    colour = new Color(rgb);
  }

  Color colour() {
    return colour;
  }
}
