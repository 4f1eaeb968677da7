package org.lipkit.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.lipkit.experiment.Provenance;
import org.lipkit.tensor.LibraryVersion;
import picocli.CommandLine.IVersionProvider;

/** The library's version, its commit where there is one, and the versions that it runs on. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    List<String> lines = new ArrayList<>(List.of("LipKit " + LibraryVersion.text()));
    try {
      Provenance here = Provenance.here();
      lines.add("commit: " + here.gitCommit());
      here.environment().forEach((what, value) -> lines.add(what + ": " + value));
    } catch (RuntimeException | LinkageError e) {
      lines.add("engine: " + Objects.requireNonNullElse(Lipkit.sentence(e), e.toString()));
    }
    return lines.toArray(String[]::new);
  }
}
