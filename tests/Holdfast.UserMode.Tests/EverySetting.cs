namespace Holdfast.UserMode.Tests;

/// <summary>A table with every setting that ipvsadm knows.</summary>
internal static class EverySetting
{
    /// <summary>As the original prints it with -S -n.</summary>
    internal const string Rules = """
        -A -t 192.0.2.1:80 -s rr
        -a -t 192.0.2.1:80 -r 198.51.100.1:80 -g -w 1
        -a -t 192.0.2.1:80 -r 198.51.100.2:8080 -m -w 0
        -a -t 192.0.2.1:80 -r 198.51.100.3:80 -i -w 2147483647 --tun-type ipip
        -a -t 192.0.2.1:80 -r 198.51.100.4:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
        -a -t 192.0.2.1:80 -r 198.51.100.5:80 -i -w 1 --tun-type gue --tun-port 6081 --tun-csum
        -a -t 192.0.2.1:80 -r 198.51.100.6:80 -i -w 1 --tun-type gue --tun-port 6082 --tun-remcsum
        -a -t 192.0.2.1:80 -r 198.51.100.7:80 -i -w 1 --tun-type gre --tun-nocsum
        -a -t 192.0.2.1:80 -r 198.51.100.8:80 -i -w 1 --tun-type gre --tun-csum
        -A -t 192.0.2.1:81 -s wrr -p 360
        -A -t 192.0.2.1:82 -s lc -p 100 -M 255.255.255.0
        -A -t 192.0.2.1:83 -s wlc
        -A -t 192.0.2.1:84 -s lblc
        -A -t 192.0.2.1:85 -s lblcr
        -A -t 192.0.2.1:86 -s dh
        -A -t 192.0.2.1:87 -s sh -b sh-fallback,sh-port
        -A -t 192.0.2.1:88 -s sed -b flag-1,flag-2,flag-3
        -A -t 192.0.2.1:89 -s nq
        -A -t 192.0.2.1:90 -s fo
        -A -t 192.0.2.1:91 -s ovf
        -A -t 192.0.2.1:92 -s mh -b mh-fallback,mh-port
        -A -u 192.0.2.1:53 -s rr -o
        -A -u 192.0.2.1:5060 -s rr -p 60 --pe sip
        -A --sctp-service 192.0.2.1:80 -s rr
        -A -t [2001:db8::1]:0 -s rr -p 5 -M 64
        -a -t [2001:db8::1]:0 -r 198.51.100.1:0 -i -w 1 --tun-type ipip
        -a -t [2001:db8::1]:0 -r [2001:db8::2]:0 -g -w 1
        -A -f 3 -s rr
        -a -f 3 -r 198.51.100.1:0 -m -w 1
        -A -f 3 -6 -s rr
        -a -f 3 -6 -r [2001:db8::2]:80 -m -w 1

        """;
}
