package shop;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Takes orders; it calls the other services with OkHttp. */
public final class Orders {
  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient client =
      new OkHttpClient.Builder().readTimeout(15, TimeUnit.SECONDS).build();

  private Orders() {}

  /** Starts the orders; see {@code Options} for the arguments. */
  public static void main(String[] args) throws IOException {
    Orders orders = new Orders();
    Service service = Service.bind(Options.parse("orders", 8080, args));
    service.at("/orders", orders::order).at("/offer", orders::offer).start();
  }

  private Service.Answer order(HttpExchange customer) {
    Request.Builder item = new Request.Builder().url("http://catalog:8080/items/7");
    Request.Builder reservation =
        new Request.Builder()
            .url("http://inventory:8080/reserve")
            .post(RequestBody.create("{\"item\":7}", JSON));
    return Call.page("order", List.of(call(customer, item), call(customer, reservation)));
  }

  /** What the next order would cost; a price that orders have no business with. */
  private Service.Answer offer(HttpExchange customer) {
    Request.Builder price = new Request.Builder().url("http://pricing:8080/prices");
    return Call.page("offer", List.of(call(customer, price)));
  }

  private Call call(HttpExchange customer, Request.Builder builder) {
    for (String name : Service.CARRIED) {
      String value = customer.getRequestHeaders().getFirst(name);
      if (value != null) {
        builder.header(name, value);
      }
    }
    Request request = builder.build();
    long start = System.nanoTime();
    int status = 0;
    String by;
    try (Response response = client.newCall(request).execute()) {
      status = response.code();
      String header = response.header("answered-by");
      by = header != null ? header : response.body().string().strip();
    } catch (IOException e) {
      by = e.toString();
    }
    return new Call(request.url().toString(), status, by, (System.nanoTime() - start) / 1_000_000);
  }
}
