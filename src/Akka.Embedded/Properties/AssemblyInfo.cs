using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Akka.Embedded.TestKit")]
[assembly: InternalsVisibleTo("PropolisActors.Simulation")]
[assembly: InternalsVisibleTo("PropolisActors.SystemSimulation")]
