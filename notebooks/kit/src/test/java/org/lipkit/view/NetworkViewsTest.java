package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.data.Images;
import org.lipkit.experiment.NetworkCertifier;
import org.lipkit.experiment.NetworkInputs;
import org.lipkit.experiment.NetworkReport;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Relu;
import tech.tablesaw.api.Table;

class NetworkViewsTest {

  @Test
  void theTablesRoundToTheSafeSide() {
    Classifier network =
        Classifier.of(new Flatten(), new Dense(9), new Relu(), new Dense(3)).initialize(1, 4, 4);
    Images images = Images.unlabelled(new float[1][4][4], new float[1][4][4]);
    NetworkReport report =
        NetworkCertifier.certify(network, List.of(NetworkInputs.of("mine", images)), 0.1);
    Table layers = NetworkViews.layers("layers", report);
    assertEquals(report.layers().size(), layers.rowCount());
    for (int row = 0; row < layers.rowCount(); row++) {
      double proved = report.layers().get(row).proved().value();
      double shown = layers.numberColumn("proved").getDouble(row);
      assertTrue(shown >= proved && shown < proved + 1e-4, shown + " of " + proved);
    }
    Table samples = NetworkViews.samples("images", report.samples());
    for (int row = 0; row < 2; row++) {
      double certified = report.samples().get(row).radius().certified();
      double shown = samples.numberColumn("certified").getDouble(row);
      assertTrue(shown <= certified && shown > certified - 1e-4, shown + " of " + certified);
      assertEquals("mine", samples.stringColumn("image").get(row));
    }
  }
}
