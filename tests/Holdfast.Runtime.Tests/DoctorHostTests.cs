using Holdfast.Linux.Abi;
using Holdfast.Runtime.Doctor;

namespace Holdfast.Runtime.Tests;

public sealed class DoctorHostTests
{
    [Theory]
    [InlineData("4.19.0-27-amd64", DoctorVerdict.Bad)]
    [InlineData("5.10.1", DoctorVerdict.Bad)]
    [InlineData("5.15.0-91-generic", DoctorVerdict.Note)]
    [InlineData("6.1.0-18-amd64", DoctorVerdict.Good)]
    [InlineData("", DoctorVerdict.Note)]
    public void Kernel_Release_IsJudged(string release, DoctorVerdict expected)
        => Assert.Equal(expected, HostChecks.Kernel(release).Verdict);

    [Theory]
    [InlineData(Errno.Success, false, DoctorVerdict.Good)]
    [InlineData(Errno.EPERM, false, DoctorVerdict.Note)]
    [InlineData(Errno.EPERM, true, DoctorVerdict.Bad)]
    public void Scheduling_Refused_IsAsBadAsItIsWanted(Errno errno, bool isConfigured, DoctorVerdict expected)
        => Assert.Equal(expected, HostChecks.Scheduling(errno, isConfigured).Verdict);

    [Theory]
    [InlineData(true, 0ul, DoctorVerdict.Good)]
    [InlineData(false, ulong.MaxValue, DoctorVerdict.Good)]
    [InlineData(false, 65536ul, DoctorVerdict.Note)]
    public void Memory_Limit_IsJudged(bool root, ulong limit, DoctorVerdict expected)
        => Assert.Equal(expected, HostChecks.Memory(root, limit).Verdict);

    [Theory]
    [InlineData(1024ul, 10, DoctorVerdict.Good)]
    [InlineData(1024ul, 255, DoctorVerdict.Bad)]
    public void Files_Limit_MustSufficeForTheInstances(ulong limit, int instances, DoctorVerdict expected)
        => Assert.Equal(expected, HostChecks.Files(limit, instances).Verdict);

    [Theory]
    [InlineData("tsc", DoctorVerdict.Good)]
    [InlineData("kvm-clock", DoctorVerdict.Good)]
    [InlineData("hpet", DoctorVerdict.Note)]
    [InlineData("", DoctorVerdict.Note)]
    public void Clock_Source_IsJudged(string source, DoctorVerdict expected)
        => Assert.Equal(expected, HostChecks.Clock(source).Verdict);
}
