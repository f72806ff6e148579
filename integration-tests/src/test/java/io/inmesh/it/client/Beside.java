package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;

/** An app that uses two libraries: each call of the one comes after a call of the other. */
abstract class Beside implements LibraryClient {
  private final LibraryClient own;
  private final LibraryClient other;

  Beside(LibraryClient own, LibraryClient other) {
    this.own = own;
    this.other = other;
  }

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    ClientAnswer beside = other.send(ClientCall.get("http://beside:8080/"));
    if (!beside.text().equals("beside") && !beside.text().startsWith("the mesh has no")) {
      throw new IllegalStateException("the other library got " + beside);
    }
    return own.send(call);
  }

  /** The JDK's client, and OkHttp in the same app. */
  public static final class JdkBesideOkHttp extends Beside {
    public JdkBesideOkHttp() {
      super(new JdkClient(), new OkClient());
    }
  }

  /** OkHttp, and the JDK's client in the same app. */
  public static final class OkHttpBesideJdk extends Beside {
    public OkHttpBesideJdk() {
      super(new OkClient(), new JdkClient());
    }
  }
}
