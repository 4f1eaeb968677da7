package org.lipkit.certify;

import java.io.Serializable;
import org.lipkit.tensor.EngineState;

/**
 * What is proved of the float32 program for one sample.
 *
 * @param certificate with the certified radius: the program predicts the same class, with the
 *     strictly largest logit, for every float32 input at most that far away, in the Euclidean
 *     distance of exact arithmetic; 0 if nothing is certified
 * @param exactArithmeticRadius what the radius would be if nothing were rounded
 * @param refusal why nothing is certified, or null
 * @param engine the engine that it was proved on
 */
public record SoundCertificate(
    Certificate certificate, double exactArithmeticRadius, String refusal, EngineState engine)
    implements Serializable {}
