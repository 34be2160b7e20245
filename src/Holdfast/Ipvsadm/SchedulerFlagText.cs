using System.Globalization;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Ipvsadm;

/// <summary>The words for a service's scheduler flags.</summary>
internal static class SchedulerFlagText
{
    /// <summary>"sh-fallback,sh-port", "flag-1,flag-3" and so on; empty when there are none.</summary>
    internal static string Of(VirtualServiceSpec spec)
    {
        bool isNamed = spec.Scheduler is "sh" or "mh";
        List<string> words = [];
        Add(ServiceFlags.Scheduler1, isNamed ? $"{spec.Scheduler}-fallback" : "flag-1");
        Add(ServiceFlags.Scheduler2, isNamed ? $"{spec.Scheduler}-port" : "flag-2");
        if (!isNamed)
        {
            Add(ServiceFlags.Scheduler3, "flag-3");
        }
        return string.Join(',', words);

        void Add(ServiceFlags flag, string word)
        {
            if ((spec.Flags & flag) != 0)
            {
                words.Add(word);
            }
        }
    }
}

/// <summary>The text of a persistence mask.</summary>
internal static class NetmaskText
{
    /// <summary>"255.255.255.0" or "64".</summary>
    internal static string Of(IpFamily family, uint mask) => family == IpFamily.V6
        ? mask.ToString(CultureInfo.InvariantCulture) : IpAddress.V4(mask).ToString();
}
