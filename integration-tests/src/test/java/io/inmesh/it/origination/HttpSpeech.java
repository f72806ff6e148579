package io.inmesh.it.origination;

import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.util.Optional;

/** HTTP/1.1. */
public final class HttpSpeech implements Speech {
  @Override
  public String protocol() {
    return "HTTP";
  }

  @Override
  public int served() {
    return 200;
  }

  @Override
  public int unavailable() {
    return 503;
  }

  @Override
  public OutsideServer server(TestCa.Signed shown, Optional<TestCa> callers) throws IOException {
    return new OutsideHttps(shown, callers);
  }

  @Override
  public ClientCall call(String authority) {
    return ClientCall.get("http://" + authority + "/view");
  }
}
