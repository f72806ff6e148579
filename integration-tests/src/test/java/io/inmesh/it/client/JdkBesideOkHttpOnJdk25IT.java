package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("present")
class JdkBesideOkHttpOnJdk25IT extends TwoClientsContract {
  static boolean present() {
    return Jdks.jdk25().isPresent();
  }

  @Override
  protected Class<? extends LibraryClient> client() {
    return Beside.JdkBesideOkHttp.class;
  }

  @Override
  protected Path java() {
    return Jdks.jdk25().orElseThrow();
  }
}
