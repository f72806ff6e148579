package io.inmesh.it.loaders;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Client, OkHttp, Okio and Kotlin as bundles: each sees java.* and what it imports. */
public final class OsgiClient implements LibraryClient {
  private final LibraryClient client;

  /** Starts the framework and installs the bundles. */
  public OsgiClient() throws Exception {
    Path storage = Files.createTempDirectory("inmesh-osgi");
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    storage.toString(),
                    Constants.FRAMEWORK_STORAGE_CLEAN,
                    Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT,
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                    ClientCall.class.getPackageName()));
    framework.start();
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : AppJars.bundles()) {
      bundles.add(framework.getBundleContext().installBundle(jar.toUri().toString()));
    }
    for (Bundle bundle : bundles) {
      bundle.start();
    }
    client =
        (LibraryClient)
            bundles.get(0).loadClass(AppJars.CLIENT).getDeclaredConstructor().newInstance();
  }

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    return client.send(call);
  }
}
