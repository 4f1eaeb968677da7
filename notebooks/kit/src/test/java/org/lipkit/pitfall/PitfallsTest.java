package org.lipkit.pitfall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.MarginConstants;
import org.lipkit.tensor.Tensors;

class PitfallsTest {

  private static final NDManager MANAGER = Tensors.newManager();
  private static final Pitfalls PITFALLS = new Pitfalls(MANAGER);

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  static List<Pitfall> all() {
    return PITFALLS.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void theClaimIsBrokenAndTheSoundCertificateIsNot(Pitfall pitfall) {
    assertTrue(pitfall.distance() < pitfall.claimedRadius(), pitfall.name());
    assertTrue(pitfall.soundRadius() <= pitfall.distance(), pitfall.name());
    assertEquals(pitfall.soundRadius() == 0, pitfall.refusal() != null, pitfall.name());
  }

  static List<Pitfall> wrongConstants() {
    return List.of(
        PITFALLS.stoppedEarly(),
        PITFALLS.unluckyStart(),
        PITFALLS.underflow(),
        PITFALLS.overlappingPooling());
  }

  /** The margin is 0.2 in all of them; by hand, the constants are 2 * 2, 2 * 10, 2 * 2, 2 * 3. */
  @ParameterizedTest
  @MethodSource("wrongConstants")
  void soundRadiiAreWithinOnePerCentOfThoseByHand(Pitfall pitfall) {
    double constant =
        switch (pitfall.name()) {
          case "power iteration with an unlucky start" -> 20;
          case "overlapping max pooling counted as 1" -> 6;
          default -> 4;
        };
    assertTrue(pitfall.claimedConstant() < 0.9 * constant, pitfall.name());
    assertTrue(pitfall.soundRadius() <= 0.2 / constant * (1 + 1e-6), pitfall.name());
    assertTrue(pitfall.soundRadius() >= 0.99 * 0.2 / constant, pitfall.name());
    assertNull(pitfall.refusal());
  }

  /** Here the claimed constant is right and it is the arithmetic that breaks the claim. */
  @Test
  void floatingPointBreaksClaimsWithRightConstants() {
    for (Pitfall pitfall :
        List.of(
            PITFALLS.hugeBias(),
            PITFALLS.hugeWeights(),
            PITFALLS.nearTie(),
            PITFALLS.reducedPrecision())) {
      double proved = MarginConstants.of(pitfall.classifier(), SoundNorm.TIGHT).of(0, 1);
      assertEquals(1, pitfall.claimedConstant() / proved, 1e-3, pitfall.name());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.04997, 0.049951, 0.00123999, 0.01, 0.0099999999, 3.7e-9, 0})
  void aProvedRadiusIsNeverShownAboveItself(double radius) {
    Pitfall known = PITFALLS.hugeBias();
    Pitfall proved =
        new Pitfall(
            known.name(),
            known.classifier(),
            known.image(),
            known.claimedConstant(),
            known.claimedRadius(),
            known.counterexample(),
            known.distance(),
            radius,
            null);
    String shown = PitfallViews.table(List.of(proved)).column("proved radius").getString(0);
    assertTrue(new BigDecimal(shown).compareTo(new BigDecimal(radius)) <= 0, shown);
    assertEquals(radius, Double.parseDouble(shown), radius < 1e-2 ? 0.01 * radius : 1e-4);
  }

  @Test
  void refusalsSayWhatIsWrong() {
    assertTrue(PITFALLS.hugeWeights().refusal().contains("overflow"));
    assertTrue(PITFALLS.unknownLayer().refusal().contains("Contrast has no Lipschitz bound"));
    assertTrue(PITFALLS.reducedPrecision().refusal().contains("NVIDIA_TF32_OVERRIDE"));
  }
}
