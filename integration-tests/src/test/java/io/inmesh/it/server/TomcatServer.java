package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.servlet.ServletException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.http2.Http2Protocol;

/** Embedded Tomcat with HTTP/1 and h2c, at the level that javax and jakarta have in common. */
public class TomcatServer implements LibraryServer {
  @Override
  public int start(ServerPages pages, int port) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("inmesh-tomcat").toString());
    Connector connector = connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxKeepAliveRequests", "-1");
    connector.addUpgradeProtocol(new Http2Protocol());
    tomcat.setConnector(connector);
    tomcat.getEngine().getPipeline().addValve(new Pages(pages));
    tomcat.addContext("", null);
    tomcat.start();
    return connector.getLocalPort();
  }

  /** What it serves by. */
  Connector connector() throws Exception {
    return new Connector();
  }

  private static final class Pages extends ValveBase {
    private final ServerPages pages;

    Pages(ServerPages pages) {
      super(true);
      this.pages = pages;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      if (!ServerPages.PATHS.contains(request.getRequestURI())) {
        getNext().invoke(request, response);
        return;
      }
      try {
        ServerPages.Page page = pages.answer(asked(request));
        response.setStatus(page.status());
        response.setContentLength(page.body().length);
        ((OutputStream) stream(response, "getOutputStream")).write(page.body());
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    private static ServerPages.Request asked(Request request) throws IOException {
      String query = request.getQueryString();
      List<String> headers = new ArrayList<>();
      for (String name : Collections.list(request.getHeaderNames())) {
        for (String value : Collections.list(request.getHeaders(name))) {
          headers.add(name);
          headers.add(value);
        }
      }
      return new ServerPages.Request(
          request.getMethod(),
          request.getRequestURI() + (query == null ? "" : "?" + query),
          headers,
          ((InputStream) stream(request, "getInputStream")).readAllBytes(),
          request.getRemoteAddr() + ":" + request.getRemotePort(),
          request.getScheme(),
          request.isSecure(),
          request.getProtocol());
    }

    /** What these return has its name from javax or from jakarta. */
    private static Object stream(Object of, String getter) throws IOException {
      try {
        return of.getClass().getMethod(getter).invoke(of);
      } catch (ReflectiveOperationException e) {
        throw new IOException(e);
      }
    }
  }
}
