using System.Globalization;
using System.Runtime.InteropServices;

namespace Sluice.Bench.Load.Reporting;

/// <summary>Says in one line where figures come from.</summary>
internal static class Machine
{
    /// <summary>Processors, kernel, and how busy the machine is with other things: figures of a busy one are not worth much.</summary>
    public static string Describe()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        double load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores ({model}), Linux {kernel}, load average {load:0.0} before");
    }
}
