package io.inmesh.it.loaders;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/** Two versions of OkHttp in one process; the host of a call chooses. */
public final class TwoVersionsClient implements LibraryClient {
  private final LibraryClient three = version("okhttp-3.14.9");
  private final LibraryClient five = version("okhttp-5.3.2");

  /** Loads both. */
  public TwoVersionsClient() throws IOException, ReflectiveOperationException {}

  private static LibraryClient version(String version)
      throws IOException, ReflectiveOperationException {
    List<Path> jars = AppJars.withClient(version);
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    return AppJars.client(
        new URLClassLoader(version, urls, TwoVersionsClient.class.getClassLoader()));
  }

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    return (call.url().contains("//three") ? three : five).send(call);
  }
}
