namespace Sluice.Lab.Http;

/// <summary>Finds programs of the system.</summary>
internal static class Programs
{
    /// <summary>Where a program is; null = it is not installed.</summary>
    /// <remarks>Looks into /usr/sbin too, where Debian keeps servers and ordinary users do not look.</remarks>
    internal static string? Find(string name) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin"
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
