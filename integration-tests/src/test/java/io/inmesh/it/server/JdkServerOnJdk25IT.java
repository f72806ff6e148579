package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("present")
class JdkServerOnJdk25IT extends ServerContract {
  static boolean present() {
    return Jdks.jdk25().isPresent();
  }

  @Override
  protected Class<? extends LibraryServer> server() {
    return JdkServer.class;
  }

  @Override
  protected Path java() {
    return Jdks.jdk25().orElseThrow();
  }
}
