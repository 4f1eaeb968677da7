package org.lipkit.tensor;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Checksums that every Java has. */
public final class Digests {

  private Digests() {}

  /** {@return a new SHA-256} */
  public static MessageDigest sha256() {
    return of("SHA-256");
  }

  /** {@return a new MD5, which shows accidents, not forgery} */
  public static MessageDigest md5() {
    return of("MD5");
  }

  private static MessageDigest of(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
