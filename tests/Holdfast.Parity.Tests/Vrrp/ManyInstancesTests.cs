using System.Globalization;
using System.Text;
using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Every VRID of both families in one process.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class ManyInstancesTests
{
    private const int VridMax = 255;

    [Fact]
    public void AllVridsOfBothFamilies_ActiveStopsAndDies_AllMove()
    {
        using var lan = new TestLan();
        int before = Addresses(lan.B);
        Router a = lan.StartAsIs(lan.A, Maker.Holdfast, Config(200));
        Patience.Until(() => Addresses(lan.A) == before + (2 * VridMax), "a has all addresses");
        Router b = lan.StartAsIs(lan.B, Maker.Holdfast, Config(100));
        b.Next("(V6_255) Entering BACKUP STATE");
        lan.WaitAdverts(lan.A, 2, VridMax);
        Assert.Equal(before, Addresses(lan.B));
        a.Process.Stop();
        Patience.Until(() => Addresses(lan.B) == before + (2 * VridMax), "b has all addresses");
        Assert.True(a.Process.WaitForExit(Patience.Limit).IsSuccess);
        Assert.Equal(before, Addresses(lan.A));
        _ = lan.StartAsIs(lan.A, Maker.Holdfast, Config(200));
        Patience.Until(() => Addresses(lan.A) == before + (2 * VridMax), "a has all addresses again");
        Patience.Until(() => Addresses(lan.B) == before, "b has let go of all");
        lan.A.PowerOff();
        Patience.Until(() => Addresses(lan.B) == before + (2 * VridMax), "b has all addresses again");
    }

    private static int Addresses(LabNode node)
        => node.Execute("ip", "-o", "addr", "show", "dev", "eth0").Lines.Count;

    private static string Config(int priority)
    {
        var text = new StringBuilder();
        for (int vrid = 1; vrid <= VridMax; vrid++)
        {
            text.Append(One($"V4_{vrid}", vrid, priority, $"10.50.0.{vrid}/16"));
            text.Append(One($"V6_{vrid}", vrid, priority,
                string.Create(CultureInfo.InvariantCulture, $"fd50::{vrid:x}/64")));
        }
        return text.ToString();
    }

    private static InstanceText One(string name, int vrid, int priority, string address)
        => new() { Name = name, Vrid = vrid, Priority = priority, Interval = "1", Addresses = address };
}
