package io.inmesh.cli.scan;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Which versions the modules of an agent jar declare as proven. */
public final class CoveredVersions {
  private static final String DECLARED = "inst/META-INF/inmesh/modules";

  private final Map<String, VersionRange> modules;

  private CoveredVersions(Map<String, VersionRange> modules) {
    this.modules = modules;
  }

  /** Of this agent jar. */
  public static CoveredVersions of(Path agentJar) {
    try (ZipFile jar = new ZipFile(agentJar.toFile())) {
      ZipEntry entry = jar.getEntry(DECLARED);
      if (entry == null) {
        throw new Failure(agentJar + " says nothing of its modules; it is of another version");
      }
      try (InputStream in = jar.getInputStream(entry)) {
        return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new Failure(agentJar + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Of lines {@code MODULE FROM BEFORE}. */
  static CoveredVersions parse(String lines) {
    Map<String, VersionRange> modules = new LinkedHashMap<>();
    lines
        .lines()
        .map(line -> line.split(" ", -1))
        .forEach(words -> modules.put(words[0], new VersionRange(words[1], words[2])));
    return new CoveredVersions(modules);
  }

  /**
   * Whether the module is there and proven with the version; one that nobody knows counts as a
   * usual one.
   */
  boolean cover(String module, String version) {
    VersionRange proven = modules.get(module);
    return proven != null && proven.holds(version);
  }
}
