package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.tensor.EngineState;

/** A row of {@code samples.csv} whose image was refused. */
class SampleTest {

  @Test
  void aRefusedSampleHasAnEmptyPredictionAndIsNotCorrect(@TempDir Path folder) throws IOException {
    Certificate none = Certificate.none(0, 0);
    SoundCertificate proof = new SoundCertificate(none, 0, "refused", EngineState.now());
    Sample refused = Sample.of(none).withCertified(proof);
    Path file = folder.resolve("samples.csv");
    RecordFiles.writeCsv(file, Sample.class, List.of(refused));
    assertTrue(Files.readAllLines(file).get(1).startsWith("0,0,,"), Files.readString(file));
    Sample read = RecordFiles.readCsv(file, Sample.class).get(0);
    assertEquals(refused, read);
    assertFalse(read.estimated().correct());
    assertFalse(read.certified().correct());
  }

  @Test
  void aRadiusWithoutAPredictionIsDamage() {
    Sample damaged = new Sample(0, 0, null, 1, 0.5f, null, null);
    assertThrows(IllegalArgumentException.class, damaged::estimated);
  }
}
