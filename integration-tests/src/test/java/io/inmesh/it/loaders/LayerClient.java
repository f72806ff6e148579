package io.inmesh.it.loaders;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** OkHttp as named modules of a layer. */
public final class LayerClient implements LibraryClient {
  private final LibraryClient client;

  /** Makes the layer. */
  public LayerClient() throws IOException, ReflectiveOperationException {
    List<Path> jars = AppJars.withClient("okhttp-5.3.2");
    ModuleLayer boot = ModuleLayer.boot();
    ModuleFinder finder = ModuleFinder.of(jars.toArray(Path[]::new));
    Set<String> names =
        finder.findAll().stream().map(m -> m.descriptor().name()).collect(Collectors.toSet());
    Configuration modules = boot.configuration().resolve(finder, ModuleFinder.of(), names);
    ModuleLayer layer = boot.defineModulesWithOneLoader(modules, getClass().getClassLoader());
    client = AppJars.client(layer.findLoader("client"));
  }

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    return client.send(call);
  }
}
