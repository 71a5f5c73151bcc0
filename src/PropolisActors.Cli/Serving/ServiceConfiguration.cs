using Akka.Configuration;
using Propolis.Hocon;

namespace PropolisActors.Cli.Serving;

/// <summary>Reads the service's configuration file the same way whichever Akka is in use.</summary>
/// <remarks>The reader inside the Akka.NET packages knows neither includes from files nor <c>${?ENV}</c>, and would start
/// the service with its defaults. So ours reads the file, and Akka is handed the resolved text.</remarks>
internal static class ServiceConfiguration
{
    /// <summary>Reads a file and what it includes.</summary>
    /// <exception cref="CommandFailedException">It cannot be read or is not HOCON; the message names file, line and
    /// column.</exception>
    public static Config Read(string file)
    {
        try
        {
            return ConfigurationFactory.ParseString(HoconReader.ReadFile(file).ToString());
        }
        catch (HoconException e)
        {
            throw new CommandFailedException(e.Message, ExitCodes.WrongUsage);
        }
    }
}
