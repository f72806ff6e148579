package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Upstream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A JDK 25 that learns from one run with the agent, and starts from what it learned. */
@EnabledIf("present")
@Tag("matrix")
@Isolated
class AotCacheIT {
  private static final String APP = OneCall.class.getName().replace('.', '/') + ".class";

  static boolean present() {
    return Jdks.jdk25().isPresent();
  }

  @Test
  void anAppStartsFromTheCacheAndIsRouted(@TempDir Path folder) throws Exception {
    try (TestMesh mesh = new TestMesh(TestMesh.repository())) {
      Upstream catalog = mesh.upstream("catalog");
      mesh.folder().service("catalog", catalog);
      Path cache = folder.resolve("app.aot");
      String url = "http://catalog:8080/";

      Run training = run(mesh, folder, "-XX:AOTCacheOutput=" + cache, url);
      assertThat(training.output()).contains("app: 200 catalog", "AOTCache creation is complete");

      for (int i = 0; i < 3; i++) {
        Run cached = run(mesh, folder, "-XX:AOTCache=" + cache, url);
        assertThat(cached.output()).contains("app: 200 catalog").doesNotContain("SIGSEGV");
        assertThat(cached.exit()).isZero();
      }
    }
  }

  private static Run run(TestMesh mesh, Path folder, String option, String url) throws Exception {
    return Run.command(
        List.of(
            Jdks.jdk25().orElseThrow().toString(),
            option,
            "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
            "-javaagent:" + mesh.agentJar(),
            "-Dinmesh.xds=http://" + mesh.controlPlane().xds(),
            "-Dinmesh.workload=app.test",
            "-Dinmesh.admin=off",
            "-Dinmesh.telemetry=off",
            "-cp",
            jar(folder).toString(),
            OneCall.class.getName(),
            url));
  }

  // A cache takes no classes from folders.
  private static Path jar(Path folder) throws IOException {
    Path jar = folder.resolve("app.jar");
    if (Files.notExists(jar)) {
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
          InputStream in = ClassLoader.getSystemResourceAsStream(APP)) {
        out.putNextEntry(new ZipEntry(APP));
        in.transferTo(out);
      }
    }
    return jar;
  }
}
