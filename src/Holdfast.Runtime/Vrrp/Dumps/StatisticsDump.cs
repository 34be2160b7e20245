using System.Globalization;
using System.Text;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp.Dumps;

/// <summary>keepalived.stats.</summary>
internal static class StatisticsDump
{
    /// <summary>The whole file.</summary>
    public static string Write(VrrpNode node)
    {
        var text = new StringBuilder();
        foreach (VrrpInstance instance in node.Instances)
        {
            VrrpCounters c = instance.Counters;
            text.Append(CultureInfo.InvariantCulture, $"""
                VRRP Instance: {instance.Name}
                  Advertisements:
                    Received: {c.AdvertsReceived}
                    Sent: {c.AdvertsSent}
                  Became master: {c.BecameActive}
                  Released master: {c.ReleasedActive}
                  Packet Errors:
                    Length: {c[ReceiveVerdict.PacketLengthError]}
                    TTL: {c[ReceiveVerdict.IpTtlError]}
                    Invalid Type: {c[ReceiveVerdict.InvalidTypeReceived]}
                    Advertisement Interval: {c[ReceiveVerdict.AdvertisementIntervalError]}
                    Address List: {c[ReceiveVerdict.AcceptedAddressListDiffers]}
                  Authentication Errors:
                    Invalid Type: {c[ReceiveVerdict.InvalidAuthType]}
                    Type Mismatch: {c[ReceiveVerdict.AuthTypeMismatch]}
                    Failure: {c[ReceiveVerdict.AuthFailure]}
                  Priority Zero:
                    Received: {c.PriorityZeroReceived}
                    Sent: {c.PriorityZeroSent}

                """);
        }
        return text.ToString();
    }
}
