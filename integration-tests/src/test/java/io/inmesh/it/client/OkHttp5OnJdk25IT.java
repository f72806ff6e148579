package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.ClientContract;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("present")
@Tag("matrix")
class OkHttp5OnJdk25IT extends ClientContract {
  static boolean present() {
    return Jdks.jdk25().isPresent();
  }

  @Override
  protected Class<? extends LibraryClient> client() {
    return OkClient.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "okhttp-5.3.2");
  }

  @Override
  protected Path java() {
    return Jdks.jdk25().orElseThrow();
  }
}
