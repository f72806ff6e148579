package io.inmesh.it.loaders;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The launcher of a fat jar: client and library stand in jars inside of it. */
public final class FatJarClient implements LibraryClient {
  /** Lists the nested jars, one a line. */
  static final String LIBRARIES = "libraries.index";

  private final LibraryClient client;

  /** Loads the client from the nested jars. */
  public FatJarClient() throws IOException, ReflectiveOperationException {
    ClassLoader own = getClass().getClassLoader();
    List<String> nested;
    try (InputStream in = own.getResourceAsStream(LIBRARIES)) {
      nested = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    client = AppJars.client(new NestedJarLoader(own, nested));
  }

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    return client.send(call);
  }
}
