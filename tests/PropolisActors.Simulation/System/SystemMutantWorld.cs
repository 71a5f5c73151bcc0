using System.Reflection;
using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Simulation;
using Propolis.Core.Lifecycle;
using Propolis.Machines;
using PropolisActors.Actors;
using PropolisActors.Gateway;
using PropolisActors.SystemSimulation;

namespace PropolisActors.Simulation.System;

/// <summary>Runs the simulation of the whole system against one project with a mistake in it.</summary>
/// <param name="project">The project's name.</param>
public sealed class SystemMutantWorld(string project) : MutantWorld(
    project, [Wire, Akka, .. Others(project)], Others(project), typeof(SystemRun), [false, null])
{
    private static readonly Assembly Wire = typeof(Crucible.Wire.Message).Assembly;
    private static readonly Assembly Akka = typeof(global::Akka.Actor.ActorSystem).Assembly;

    /// <summary>In the order in which they need each other.</summary>
    private static readonly Assembly[] All =
    [
        typeof(VolumeMachine).Assembly, typeof(IBlockDevice).Assembly, typeof(SimulatedRun).Assembly,
        typeof(VmMachine).Assembly, typeof(IMachine).Assembly, typeof(VmDirectory).Assembly,
        typeof(GatewayOptions).Assembly, typeof(SystemRun).Assembly,
    ];

    private static Assembly[] Others(string project) => [.. All.Where(assembly => assembly.GetName().Name != project)];
}
