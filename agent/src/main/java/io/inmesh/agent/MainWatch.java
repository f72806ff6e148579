package io.inmesh.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the app's own main class is being loaded. TLS must not be initialised before: it would
 * freeze the security providers that main may still want to choose.
 */
final class MainWatch implements ClassFileTransformer {
  private final Instrumentation instrumentation;
  private final CountDownLatch started = new CountDownLatch(1);

  private MainWatch(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  /** Watches, unless the agent was attached to a running app: then main is long there. */
  static MainWatch install(Instrumentation instrumentation, boolean attached) {
    MainWatch watch = new MainWatch(instrumentation);
    if (attached) {
      watch.started.countDown();
    } else {
      instrumentation.addTransformer(watch);
    }
    return watch;
  }

  /** Waits until main is near. */
  void await() {
    boolean interrupted = false;
    while (true) {
      try {
        started.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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
      started.countDown();
    }
    return null;
  }
}
