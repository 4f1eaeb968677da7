package org.lipkit.experiment;

import java.util.List;

/**
 * A finished run with what attacks found against some of its test samples: {@code attacks.csv} and
 * {@code chain.csv} beside its record.
 *
 * @param run the run
 * @param attacks one row an attacked sample
 * @param chain the four radii of a part of these samples
 */
public record AttackedRun(Run run, List<AttackedSample> attacks, List<RadiusChain> chain) {}
