package io.inmesh.instrumentation.sockets;

import io.inmesh.instrumentation.api.Advice;
import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/**
 * Declares the guard over what is accepted. Woven before main, so that no connection is older than
 * it; only servers load these classes.
 */
public final class ServerSocketsModule implements LibraryModule {
  @Override
  public String name() {
    return "server-sockets";
  }

  @Override
  public String library() {
    return "java.net.ServerSocket and ServerSocketChannel";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("17", "26");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.GUARD);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        // Below accept(), which servers of TLS and an app's own override.
        accepted("java/net/ServerSocket", "implAccept", "(Ljava/net/Socket;)V", "socket"),
        accepted(
            "sun/nio/ch/ServerSocketChannelImpl",
            "finishAccept",
            "(Ljava/io/FileDescriptor;Ljava/net/SocketAddress;)",
            "channel"),
        // Its name on every system but Windows, where such servers are not seen.
        accepted(
                "sun/nio/ch/UnixAsynchronousServerSocketChannelImpl",
                "finishAccept",
                "(Ljava/io/FileDescriptor;Ljava/net/InetSocketAddress;",
                "asynchronousChannel")
            .wherePresent());
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Jdk();
  }

  private static Hook accepted(String type, String method, String descriptor, String advice) {
    return Hook.exit(
        Advice.SECURING,
        type,
        method,
        descriptor,
        "io.inmesh.instrumentation.sockets.AcceptAdvice",
        advice);
  }
}
