package workload;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/**
 * Embedded Tomcat that sends back what it gets, with its own https where there is a key store.
 * Prints its port, and {@code served requests= named= cpu= jit=} for each line on standard input;
 * ends with it. <i>Named</i> are requests whose caller has shown a certificate, to this server or
 * to one in front of it.
 */
public final class TomcatServer {
  private static final LongAdder REQUESTS = new LongAdder();
  private static final LongAdder NAMED = new LongAdder();

  private TomcatServer() {}

  /** Arguments: loopback port, folder for Tomcat's files, names and values of headers to send. */
  public static void main(String[] args) throws IOException, LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(args[1]);
    Connector connector = connector(Integer.parseInt(args[0]));
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "echo", new Echo(List.of(args).subList(2, args.length)));
    context.addServletMappingDecoded("/", "echo");
    tomcat.start();
    System.out.println("listening port=" + connector.getLocalPort());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    while (in.readLine() != null) {
      System.out.println(
          "served requests=" + REQUESTS.sum() + " named=" + NAMED.sum() + " " + Usage.now());
    }
    System.exit(0);
  }

  private static Connector connector(int port) {
    Connector connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    // Else a connection ends with its hundredth request, or where the client pauses.
    connector.setProperty("maxKeepAliveRequests", "-1");
    connector.setProperty("keepAliveTimeout", "-1");
    OwnTls.store().ifPresent(store -> secure(connector, store));
    return connector;
  }

  private static void secure(Connector connector, Path store) {
    SSLHostConfig host = new SSLHostConfig();
    host.setCertificateVerification("required");
    host.setTruststoreFile(store.toString());
    host.setTruststorePassword(OwnTls.PASSWORD);
    SSLHostConfigCertificate own =
        new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.EC);
    own.setCertificateKeystoreFile(store.toString());
    own.setCertificateKeystorePassword(OwnTls.PASSWORD);
    host.addCertificate(own);
    connector.setSecure(true);
    connector.setScheme("https");
    connector.setProperty("SSLEnabled", "true");
    connector.addSslHostConfig(host);
  }

  /** Every body as it came. */
  private static final class Echo extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final ArrayList<String> headers;

    Echo(List<String> headers) {
      this.headers = new ArrayList<>(headers);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      REQUESTS.increment();
      if (request.isSecure() || request.getHeader("x-forwarded-client-cert") != null) {
        NAMED.increment();
      }
      byte[] body = request.getInputStream().readAllBytes();
      for (int i = 0; i < headers.size(); i += 2) {
        response.setHeader(headers.get(i), headers.get(i + 1));
      }
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }
}
