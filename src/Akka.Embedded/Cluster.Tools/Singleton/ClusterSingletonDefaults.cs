using Akka.Configuration;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>Defaults of the keys that singletons and their proxies read.</summary>
internal static class ClusterSingletonDefaults
{
    public static Config Value { get; } = ConfigurationFactory.ParseString(
        """
        akka.cluster.singleton {
          singleton-name = singleton
          role = ""
          use-lease = ""
          consider-app-version = off
        }
        akka.cluster.singleton-proxy {
          singleton-name = ${akka.cluster.singleton.singleton-name}
          role = ""
          singleton-identification-interval = 1s
          buffer-size = 1000
        }
        """);
}
