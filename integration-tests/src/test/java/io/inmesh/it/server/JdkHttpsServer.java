package io.inmesh.it.server;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.inmesh.instrumentation.testing.TestCa;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;

/** A server to which the app has given TLS of its own. */
public final class JdkHttpsServer extends JdkServer {
  @Override
  protected HttpServer create(InetSocketAddress address) throws Exception {
    TestCa.Signed own =
        TestCa.stranger().sign("own.example", "app", Instant.now().plus(Duration.ofHours(1)));
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(own.context()));
    server.setExecutor(Executors.newCachedThreadPool());
    return server;
  }
}
