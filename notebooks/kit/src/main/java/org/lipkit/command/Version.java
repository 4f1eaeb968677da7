package org.lipkit.command;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.experiment.Provenance;
import org.lipkit.tensor.LibraryVersion;
import picocli.CommandLine.IVersionProvider;

/** The library's version, its commit where there is one, and the versions that it runs on. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    List<String> lines = new ArrayList<>(List.of("LipKit " + LibraryVersion.text()));
    Provenance here = Provenance.here();
    lines.add("commit: " + here.gitCommit());
    here.environment().forEach((what, value) -> lines.add(what + ": " + value));
    return lines.toArray(String[]::new);
  }
}
