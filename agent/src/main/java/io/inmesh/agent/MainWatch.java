package io.inmesh.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the app's own main class is being loaded. TLS must not be initialised before: it would
 * freeze the security providers that main may still want to choose.
 */
final class MainWatch implements ClassFileTransformer {
  private final Instrumentation instrumentation;
  private final CompletableFuture<Boolean> started = new CompletableFuture<>();

  private MainWatch(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  /** Completes when main is near; at once if the agent was attached to a running app. */
  static CompletableFuture<Boolean> install(Instrumentation instrumentation, boolean attached) {
    MainWatch watch = new MainWatch(instrumentation);
    if (attached) {
      watch.started.complete(true);
    } else {
      instrumentation.addTransformer(watch);
    }
    return watch.started;
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    if (loader != null
        && loader != getClass().getClassLoader()
        && name != null
        && !name.startsWith("io/inmesh/bootstrap/")
        && instrumentation.removeTransformer(this)) {
      started.complete(true);
    }
    return null;
  }
}
