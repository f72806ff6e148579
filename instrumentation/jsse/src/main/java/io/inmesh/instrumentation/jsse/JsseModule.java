package io.inmesh.instrumentation.jsse;

import io.inmesh.instrumentation.api.Advice;
import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the module. */
public final class JsseModule implements LibraryModule {
  @Override
  public String name() {
    return "jsse";
  }

  @Override
  public String library() {
    return "server names in the JDK's TLS";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("17", "26");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.SERVER_NAME);
  }

  @Override
  public boolean isWovenLate() {
    return true;
  }

  @Override
  public List<Hook> hooks() {
    // Observing: where it fails the JDK refuses the handshake, as it would without it.
    return List.of(
        Hook.enter(
            Advice.OBSERVING,
            "java/net/IDN",
            "toASCII",
            "(Ljava/lang/String;I)Ljava/lang/String;",
            "io.inmesh.instrumentation.jsse.ServerNameAdvice",
            "toAscii"));
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Jdk();
  }
}
