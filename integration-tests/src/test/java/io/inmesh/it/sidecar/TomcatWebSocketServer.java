package io.inmesh.it.sidecar;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import javax.servlet.http.HttpServlet;
import javax.websocket.HandshakeResponse;
import javax.websocket.OnMessage;
import javax.websocket.Session;
import javax.websocket.server.HandshakeRequest;
import javax.websocket.server.ServerEndpoint;
import javax.websocket.server.ServerEndpointConfig;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/** The same by Tomcat's own WebSocket. */
public final class TomcatWebSocketServer implements LibraryServer {
  private static final String CERTIFICATE = "x-forwarded-client-cert";

  @Override
  public int start(ServerPages pages, int port) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("inmesh-tomcat").toString());
    Connector connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    context.addServletContainerInitializer(new WsSci(), Set.of(Echo.class));
    Tomcat.addServlet(context, "any", new HttpServlet() {});
    context.addServletMappingDecoded("/", "any");
    tomcat.start();
    return connector.getLocalPort();
  }

  /** Sends back what comes. */
  @ServerEndpoint(value = "/socket", configurator = Remembering.class)
  public static final class Echo {
    @OnMessage(maxMessageSize = 1 << 20)
    public String answer(String text, Session session) {
      return text.equals("who")
          ? String.valueOf(session.getUserProperties().get(CERTIFICATE))
          : text;
    }
  }

  /** Keeps the certificate that the handshake came with. */
  public static final class Remembering extends ServerEndpointConfig.Configurator {
    @Override
    public void modifyHandshake(
        ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
      List<String> values = request.getHeaders().get(CERTIFICATE);
      config.getUserProperties().put(CERTIFICATE, values == null ? "" : values.get(0));
    }
  }
}
