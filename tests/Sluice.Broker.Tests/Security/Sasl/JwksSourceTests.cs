using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Sluice.Broker.Security.Sasl;
using Sluice.Broker.Tests.Support;

namespace Sluice.Broker.Tests.Security.Sasl;

/// <summary>Keys of token issuers, from a real web server.</summary>
public sealed class JwksSourceTests : IAsyncDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryBackoff = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly HttpListener _server = new();
    private readonly Task _serving;
    private int _askedCount;
    private volatile string? _answer;

    public JwksSourceTests()
    {
        // A port that was free a moment ago may be taken by now; then another one is tried.
        for (int tries = 0; ; tries++)
        {
            int port = Random.Shared.Next(20_000, 30_000);
            Address = new Uri($"http://127.0.0.1:{port}/keys");
            _server.Prefixes.Clear();
            _server.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                _server.Start();
                break;
            }
            catch (HttpListenerException) when (tries < 20)
            {
                // Taken.
            }
        }
        _serving = ServeAsync();
    }

    private Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        _server.Close();
        await _serving;
    }

    [Fact]
    public async Task Keys_are_fetched_at_the_start_and_every_refresh()
    {
        _answer = Set("first");
        await using JwksSource source = await StartAsync();
        source.Find("first").ShouldHaveSingleItem();
        source.Find(null).ShouldHaveSingleItem();
        source.Find("second").ShouldBeEmpty();

        _answer = Set("second", "third");
        await AdvanceUntilAsync(Refresh, () => source.Find("second").Count == 1);

        source.Find("first").ShouldBeEmpty("its issuer has withdrawn it");
        source.Find(null).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_unknown_key_is_looked_for_at_once_but_not_again_and_again()
    {
        _answer = Set("first");
        await using JwksSource source = await StartAsync();
        _answer = Set("first", "second");
        for (int i = 0; i < 1000; i++) source.Find("second").ShouldBeEmpty();
        _askedCount.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(10));
        await TestBroker.UntilAsync(() => source.Find("second").Count == 1);

        for (int i = 0; i < 1000; i++) source.Find("forged").ShouldBeEmpty();
        // One more where a search fell into the moment in which a look began.
        _askedCount.ShouldBeInRange(2, 3);
    }

    [Fact]
    public async Task A_server_that_fails_is_asked_again_and_nobody_gets_in_before()
    {
        await using JwksSource source = await StartAsync();
        source.Find("first").ShouldBeEmpty();

        _answer = Set("first");
        await AdvanceUntilAsync(RetryBackoff, () => source.Find("first").Count == 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"keys\":[]}")]
    [InlineData(null)]
    public async Task The_keys_of_before_count_while_what_comes_is_none(string? answer)
    {
        _answer = Set("first");
        await using JwksSource source = await StartAsync();

        _answer = answer ?? $"{{\"padding\":\"{new string('x', 2 << 20)}\",{Set("second")[1..]}";
        await AdvanceUntilAsync(Refresh, () => Volatile.Read(ref _askedCount) >= 2);

        source.Find("first").ShouldHaveSingleItem();
        source.Find("second").ShouldBeEmpty();
    }

    private Task<JwksSource> StartAsync() => JwksSource.StartAsync(
        new JwksSettings(Address, Refresh, RetryBackoff, RetryBackoffMax: TimeSpan.FromSeconds(10), TestBroker.Deadline, TestBroker.Deadline),
        _time, NullLogger.Instance, TestContext.Current.CancellationToken);

    // A wait may begin a moment after the clock was moved.
    private Task AdvanceUntilAsync(TimeSpan step, Func<bool> condition) => TestBroker.UntilAsync(() =>
    {
        if (condition()) return true;
        _time.Advance(step);
        return false;
    });

    private static string Set(params IEnumerable<string> keyIds)
    {
        IEnumerable<string> keys = keyIds.Select(static keyId =>
        {
            using RSA rsa = RSA.Create(2048);
            RSAParameters parameters = rsa.ExportParameters(includePrivateParameters: false);
            return $"{{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"{keyId}\",\"n\":\"{Base64UrlEncoder.Encode(parameters.Modulus)}\",\"e\":\"{Base64UrlEncoder.Encode(parameters.Exponent)}\"}}";
        });
        return $"{{\"keys\":[{string.Join(',', keys)}]}}";
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                HttpListenerContext asked = await _server.GetContextAsync();
                if (_answer is { } answer) asked.Response.OutputStream.Write(Encoding.UTF8.GetBytes(answer));
                else asked.Response.StatusCode = (int)HttpStatusCode.InternalServerError;
                asked.Response.Close();
                Interlocked.Increment(ref _askedCount);
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or IOException)
            {
                // Closed by the test, or by a client that has read enough.
                if (!_server.IsListening) return;
            }
        }
    }
}
