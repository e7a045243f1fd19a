using System.Globalization;

namespace Sluice.Bench.Load.CommandLine;

/// <summary>Takes options of the form <c>--name value</c> out of a command line; what is left at the end is a mistake.</summary>
internal sealed class ArgumentReader
{
    private readonly List<string> _left;

    public ArgumentReader(IEnumerable<string> arguments) => _left = [.. arguments];

    /// <summary>Takes an option without value.</summary>
    public bool Flag(string name) => _left.Remove(name);

    /// <summary>Takes an option; null = not given. Of several the last counts.</summary>
    public string? Text(string name) => Texts(name) is [.., { } last] ? last : null;

    /// <summary>Takes an option that can be given several times.</summary>
    public List<string> Texts(string name)
    {
        List<string> values = [];
        for (int index = _left.IndexOf(name); index >= 0; index = _left.IndexOf(name))
        {
            if (index + 1 == _left.Count) throw new UsageException($"{name} wants a value");
            values.Add(_left[index + 1]);
            _left.RemoveRange(index, 2);
        }

        return values;
    }

    /// <summary>Takes a whole number.</summary>
    public int Number(string name, int standard, int min, int max = int.MaxValue)
    {
        if (Text(name) is not { } text) return standard;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new UsageException($"{name} wants a number from {min} to {max}; it is '{text}'");
    }

    /// <summary>Takes an amount above zero, perhaps with a fraction; null = not given.</summary>
    public double? Amount(string name)
    {
        if (Text(name) is not { } text) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
            ? value
            : throw new UsageException($"{name} wants a number above 0; it is '{text}'");
    }

    /// <summary>Ends the reading.</summary>
    /// <exception cref="UsageException">Something was not taken.</exception>
    public void End()
    {
        if (_left.Count > 0) throw new UsageException($"'{_left[0]}' is no option of this command; --help lists them");
    }
}
