package org.lipkit.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.experiment.Provenance;
import picocli.CommandLine.IVersionProvider;

/** The library's version, its commit where there is one, and the versions that it runs on. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    List<String> lines = new ArrayList<>(List.of("LipKit " + library()));
    Provenance here = Provenance.here();
    lines.add("commit: " + here.gitCommit());
    here.environment().forEach((what, value) -> lines.add(what + ": " + value));
    return lines.toArray(String[]::new);
  }

  private static String library() throws IOException {
    try (InputStream file = Version.class.getResourceAsStream("version.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
