using System.Globalization;
using Holdfast.Health.Servers;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>The same file in haproxy 2.6.12 and here, before the same peers.</summary>
public sealed class CheckParityTests
{
    [Theory]
    [ClassData(typeof(Transports))]
    public void Checks_OfEveryKind_SendSayAndFindWhatTheOriginalDoes(TransportChoice transport)
    {
        CheckCase[] cases = [.. CheckCases.All];
        using var theirs = new CheckSide(cases);
        using var ours = new CheckSide(cases);
        using var original = new OriginalProxy(theirs.Configuration);
        using ProxyEngine engine = CheckSide.Start(ours.Configuration, transport);

        Assert.True(SpinWait.SpinUntil(() => theirs.IsComplete && ours.IsComplete, TestProxy.Patience),
            $"not every check has ended: {theirs.Missing} and ours: {ours.Missing}");

        string[] differences = [];
        bool agree = SpinWait.SpinUntil(() =>
        {
            Dictionary<string, string> status = original.Column("check_status");
            Dictionary<string, string> code = original.Column("check_code");
            differences = [.. cases.Select(one => Difference(one,
                theirs.Seen(one, $"{status[one.Name]} {code[one.Name]}".TrimEnd()), ours.Seen(one, Found(engine, one))))
                .Where(static text => text.Length > 0)];
            return differences.Length == 0;
        }, TimeSpan.FromSeconds(5));
        Assert.True(agree, string.Join("\n\n", differences));
    }

    private static string Difference(CheckCase one, CheckSight theirs, CheckSight ours) => theirs == ours ? ""
        : $"{one.Name}:\n theirs {Show(theirs)}\n ours   {Show(ours)}";

    private static string Show(CheckSight sight) => string.Concat($"{sight}".Select(static c
        => c is >= ' ' and <= '~' or '\n' ? $"{c}" : $"\\x{(int)c:x2}"));

    private static string Found(ProxyEngine engine, CheckCase one)
    {
        CheckResult result = engine.State.FindBackend(one.Name)!.Servers[0].LastCheck;
        return result.Status.HasNumber()
            ? string.Create(CultureInfo.InvariantCulture, $"{result.Status.Code()} {result.Number}")
            : result.Status.Code();
    }
}
