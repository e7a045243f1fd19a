using Sluice.Broker.Logging;
using System.Net;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Tests.Support;

namespace Sluice.Broker.Tests.Network;

public sealed class LogLineTests
{
    private const string Hostile = "x\r\n2026-01-01 [Error] forged \u001b[2J\u0085\u2028\u2029\0end";

    public static TheoryData<string> Messages() => [.. Methods().Select(static method => method.Name)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void No_text_of_a_client_breaks_the_line_of_a_message(string name)
    {
        MethodInfo method = Methods().Single(method => method.Name == name);
        TestLog log = new();
        object?[] arguments = [new OneLineLogger(log.CreateLogger("test")), .. method.GetParameters().Skip(1).Select(static parameter => Value(parameter.ParameterType))];
        method.Invoke(null, arguments);
        LoggedEvent logged = log.Events.SingleOrDefault() ?? new LoggedEvent(LogLevel.Trace, name, "", null, new Dictionary<string, object?>());
        logged.Message.ShouldAllBe(static character => !char.IsControl(character) && character != '\u2028' && character != '\u2029');
        if (method.GetParameters().Any(static parameter => parameter.ParameterType == typeof(string))) logged.Message.ShouldContain("\\u000A2026-01-01 [Error] forged \\u001B[2J");
    }

    [Fact]
    public void A_message_without_control_characters_is_left_as_it_is() => OneLineLogger.Show("a name").ShouldBeSameAs("a name");

    private static IEnumerable<MethodInfo> Methods() =>
        typeof(BrokerLog).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(static method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null);

    private static object? Value(Type type) =>
        type == typeof(string) ? Hostile
        : type == typeof(IPAddress) ? IPAddress.Loopback
        : type == typeof(EndPoint) ? new IPEndPoint(IPAddress.Loopback, 1)
        : type == typeof(Exception) ? new InvalidOperationException("mistake")
        : type.IsValueType ? Activator.CreateInstance(type)
        : null;
}
