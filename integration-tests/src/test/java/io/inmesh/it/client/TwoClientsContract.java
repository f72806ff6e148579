package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.ClientContract;
import org.junit.jupiter.api.Tag;

/** The contract of one library while the app uses another one too. */
@Tag("matrix")
abstract class TwoClientsContract extends ClientContract {
  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "okhttp-5.3.2");
  }
}
