import java.nio.file.Path;
import java.time.Duration;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.BoltConnector.EncryptionLevel;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/**
 * A whole Neo4j community server with Bolt on 127.0.0.1, for tests. Arguments: folder of the data, port. It asks for a
 * password. Prints "ready" once Bolt answers, and stops when its standard input ends, so it never outlives whoever started it.
 */
public class Neo4jServer {
  public static void main(String[] arguments) throws Exception {
    var address = new SocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    var service =
        new DatabaseManagementServiceBuilder(Path.of(arguments[0]))
            .setConfig(GraphDatabaseSettings.auth_enabled, true)
            .setConfig(GraphDatabaseSettings.pagecache_memory, 256L * 1024 * 1024)
            .setConfig(GraphDatabaseSettings.udc_enabled, false)
            .setConfig(GraphDatabaseSettings.check_point_interval_time, Duration.ofMinutes(15))
            .setConfig(BoltConnector.enabled, true)
            .setConfig(BoltConnector.encryption_level, EncryptionLevel.DISABLED)
            .setConfig(BoltConnector.listen_address, address)
            .setConfig(BoltConnector.advertised_address, address)
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
    System.out.println("ready");
    System.out.flush();
    while (System.in.read() >= 0) {
      // Nothing is said to the server but the end.
    }
    System.exit(0);
  }
}
