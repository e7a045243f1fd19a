using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.Hosting.Configuration;

namespace Sluice.Hosting;

/// <summary>Finds everything that is wrong with an application's options, so that it is all told at once and before anything is opened.</summary>
internal sealed class SluiceOptionsValidator(IHostEnvironment environment) : IValidateOptions<SluiceOptions>
{
    public ValidateOptionsResult Validate(string? name, SluiceOptions options)
    {
        List<string> problems = [];
        if (string.IsNullOrWhiteSpace(options.Host)) problems.Add($"{nameof(SluiceOptions.Host)} is empty; 127.0.0.1 is this machine alone, 0.0.0.0 every address of it");
        if (options.Port is < 0 or > ushort.MaxValue) problems.Add($"{nameof(SluiceOptions.Port)} is {options.Port}; it must be 0 (a free one) to {ushort.MaxValue}");
        if (string.IsNullOrWhiteSpace(options.DataDirectory)) problems.Add($"{nameof(SluiceOptions.DataDirectory)} is empty");
        else if (options.DataDirectory.Contains(',', StringComparison.Ordinal))
            problems.Add($"{nameof(SluiceOptions.DataDirectory)} names one directory, and its path cannot hold a comma; several are given by the setting log.dirs");
        if (problems.Count == 0) problems.AddRange(FindInSettings(options));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(static problem => $"{SluiceOptions.SectionName}: {problem}"));
    }

    private IEnumerable<string> FindInSettings(SluiceOptions options)
    {
        try
        {
            return SluiceSettings.Create(options, environment.ContentRootPath).Errors.Select(static error => error.ToString());
        }
        catch (Exception failure) when (failure is ConfigFileException or IOException or UnauthorizedAccessException)
        {
            return [$"{nameof(SluiceOptions.ConfigFile)}: {failure.Message}"];
        }
    }
}
