package io.inmesh.instrumentation.okhttp;

import static io.inmesh.instrumentation.api.Advice.OBSERVING;
import static io.inmesh.instrumentation.api.Advice.SECURING;

import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the module. */
public final class OkHttpModule implements LibraryModule {
  private static final String ADVICE = "io.inmesh.instrumentation.okhttp.";
  private static final String CHAIN = "okhttp3/internal/http/RealInterceptorChain";
  private static final String CALL = "okhttp3/internal/connection/RealCall";

  @Override
  public String name() {
    return "okhttp";
  }

  @Override
  public String library() {
    return "OkHttp";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("3.14", "5.4");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.ROUTE,
        Capability.HEAD,
        Capability.RETRY,
        Capability.REPLAY,
        Capability.LOCAL_REPLY,
        Capability.CLOSE_IDLE,
        Capability.ASYNC,
        Capability.CONNECT_TLS);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        chain(0, "(Ljava/util/List;"),
        chain(1, "(L" + CALL + ";Ljava/util/List;"),
        known("okhttp3/internal/connection/Transmitter", "createAddress"),
        address("okhttp3/internal/connection/Transmitter", "createAddress"),
        known(CALL, "createAddress"),
        address(CALL, "createAddress"),
        known("okhttp3/OkHttpClient", "address"),
        address("okhttp3/OkHttpClient", "address"),
        Hook.enter(
            SECURING,
            "okhttp3/internal/http1/Http1ExchangeCodec",
            "writeRequestHeaders",
            "(Lokhttp3/Request;)",
            ADVICE + "WireAdvice",
            "http1"),
        Hook.argument(
            0,
            SECURING,
            "okhttp3/internal/http2/Http2ExchangeCodec",
            "writeRequestHeaders",
            "(Lokhttp3/Request;)",
            ADVICE + "WireAdvice",
            "http2"),
        // Before the address loses its label.
        Hook.argument(
            2,
            SECURING,
            "okhttp3/internal/platform/Platform",
            "connectSocket",
            "(Ljava/net/Socket;Ljava/net/InetSocketAddress;I)",
            ADVICE + "ConnectAdvice",
            "timeout"),
        Hook.argument(
            1,
            SECURING,
            "okhttp3/internal/platform/Platform",
            "connectSocket",
            "(Ljava/net/Socket;Ljava/net/InetSocketAddress;I)",
            ADVICE + "ConnectAdvice",
            "target"),
        Hook.enter(
            OBSERVING,
            "okhttp3/internal/connection/RealConnectionPool",
            "put",
            "(Lokhttp3/internal/connection/RealConnection;)",
            ADVICE + "PoolAdvice",
            "put"),
        extensions("Jdk9Platform"),
        extensions("Platform"),
        cancel(CALL),
        cancel("okhttp3/internal/connection/Transmitter"));
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Constant(
        List.of(
            "okhttp3/internal/_UtilJvmKt",
            "okhttp3/internal/Util",
            "okhttp3/internal/Version",
            "okhttp3/internal/_UtilCommonKt"),
        "okhttp/");
  }

  private static Hook chain(int index, String descriptor) {
    return Hook.argument(
            index,
            SECURING,
            CHAIN,
            "<init>",
            descriptor,
            ADVICE + "ChainAdvice",
            index == 0 ? "first" : "second")
        .wherePresent();
  }

  private static Hook known(String type, String method) {
    return Hook.enter(
            SECURING, type, method, "(Lokhttp3/HttpUrl;)", ADVICE + "ConnectAdvice", "known")
        .wherePresent();
  }

  private static Hook address(String type, String method) {
    return Hook.exit(
            SECURING, type, method, "(Lokhttp3/HttpUrl;)", ADVICE + "ConnectAdvice", "address")
        .wherePresent();
  }

  /** Of the platform that OkHttp has found, or of the one that it falls back to. */
  private static Hook extensions(String platform) {
    return Hook.exit(
            SECURING,
            "okhttp3/internal/platform/" + platform,
            "configureTlsExtensions",
            "(Ljavax/net/ssl/SSLSocket;Ljava/lang/String;",
            ADVICE + "MeshSockets",
            "offer")
        .wherePresent();
  }

  private static Hook cancel(String type) {
    return Hook.enter(OBSERVING, type, "cancel", "()V", ADVICE + "CallAdvice", "cancel")
        .wherePresent();
  }
}
