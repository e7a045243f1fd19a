using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Sluice.Broker.Logging;

/// <summary>Writes every message as one line, whatever names clients gave themselves: control characters are shown, not written.</summary>
/// <remarks>Only the text is changed; whoever collects the values gets them as they are. Any thread.</remarks>
/// <param name="inner">Where the messages go.</param>
internal sealed class OneLineLogger(ILogger inner) : ILogger
{
    private const char LineSeparator = '\u2028';
    private const char ParagraphSeparator = '\u2029';

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        inner.Log(logLevel, eventId, state, exception, (values, failure) => Show(formatter(values, failure)));

    /// <summary>The text with its control characters as <c>\u000A</c>; the same instance if it has none.</summary>
    internal static string Show(string text)
    {
        if (!text.Any(IsHarmful)) return text;
        StringBuilder shown = new(text.Length + 16);
        foreach (char character in text)
        {
            if (IsHarmful(character)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else shown.Append(character);
        }
        return shown.ToString();
    }

    private static bool IsHarmful(char character) => char.IsControl(character) || character is LineSeparator or ParagraphSeparator;
}
